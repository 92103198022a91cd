"""Pictures for the stand-ins of image services: seeded patterns, real images of the size asked for."""

from __future__ import annotations

import colorsys
import io
import random
from hashlib import blake2b

from PIL import Image, ImageDraw, ImageFilter


def draw(prompt: str, width: int, height: int, seed: int = 0, form: str = "PNG") -> bytes:
    """A picture that belongs to a prompt: a gradient of two related colours under soft discs and bars.

    Args:
        prompt: decides colours and places, together with the seed.
        width: in pixels.
        height: in pixels.
        seed: for another picture of the same prompt.
        form: "PNG", "JPEG" or "WEBP".
    """
    chance = random.Random(blake2b(f"{seed}:{prompt}".encode(), digest_size=8).digest())
    hue = chance.random()
    image = Image.linear_gradient("L").resize((width, height)).rotate(chance.choice((0, 180)))
    ground = Image.composite(
        Image.new("RGB", (width, height), _colour(hue, 0.75, 0.25)),
        Image.new("RGB", (width, height), _colour(hue + 0.12, 0.65, 0.85)),
        image,
    )
    layer = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(layer)
    for _ in range(chance.randint(5, 9)):
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        radius = chance.uniform(0.06, 0.24) * min(width, height)
        colour = (*_colour(hue + chance.uniform(0.4, 0.6), 0.8, 0.95), chance.randint(60, 190))
        if chance.random() < 0.65:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        else:
            pen.rectangle((x - radius / 3, y - radius, x + radius / 3, y + radius), fill=colour)
    layer = layer.filter(ImageFilter.GaussianBlur(min(width, height) / 220))
    ground.paste(layer, (0, 0), layer)
    buffer = io.BytesIO()
    ground.save(buffer, form)
    return buffer.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(255 * red), int(255 * green), int(255 * blue)
