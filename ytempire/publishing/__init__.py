"""Publishing: upload, metadata, thumbnail, captions, playlist, and what became of it all."""

from ytempire.publishing.finish import mark_published, set_thumbnail, upload_captions
from ytempire.publishing.playlist import add_to_playlist
from ytempire.publishing.queue import DueUpload, due_uploads
from ytempire.publishing.store import prepare_upload
from ytempire.publishing.swap import swap_variant
from ytempire.publishing.upload import upload_video
from ytempire.publishing.variants import ask_swap, offer_variants

__all__ = [
    "DueUpload",
    "add_to_playlist",
    "ask_swap",
    "due_uploads",
    "mark_published",
    "offer_variants",
    "prepare_upload",
    "set_thumbnail",
    "swap_variant",
    "upload_captions",
    "upload_video",
]
