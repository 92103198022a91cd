"""Which scenes of a video stand over a photograph, and what it is to show.

Numbers are the point of our videos: a chart, a table, a map or a timeline is drawn and nothing
else. A photograph may carry the hook, a card or a single number.
"""

from __future__ import annotations

from ytempire.content.facts import StoryFacts
from ytempire.content.models import Script

_KINDS = ("rank_card", "big_number")


def words(script: Script, story: StoryFacts, share: float) -> dict[int, str]:
    """Return what the photographs show, by the index of the scene; at most ``share`` of the scenes have one.

    The hook comes first; for it alone the words are made from the niche when the script has none.
    """
    able = [scene for scene in script.scenes if scene.visual.kind in _KINDS]
    wished = {scene.index: scene.picture.strip() for scene in able if scene.picture.strip()}
    hook = script.scenes[0]
    if hook in able:
        wished.setdefault(hook.index, f"{story.niche} scene, full of life, wide view")
    most = round(share * len(script.scenes))
    if most == 0 or not wished:
        return {}
    order = sorted(wished)
    if len(order) > most:
        order = [order[round(step * (len(order) - 1) / max(most - 1, 1))] for step in range(most)]
    return {index: wished[index] for index in order}
