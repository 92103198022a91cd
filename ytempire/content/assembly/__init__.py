"""Last stage of making: stills, captions and soundtrack become one MP4, in one encode.

Every still is decoded once. The frames are composed here, plane by plane at their final
size, and go through a pipe into ffmpeg, which only encodes: beside the encoder's work
that costs little. A scene's motion is made in sub-pixel steps (``motion``), captions are
drawn once for every word that is lit (``overlay``), things enter only where two stills
differ (``scenes``).
"""

from ytempire.content.assembly.film import assemble

__all__ = ["assemble"]
