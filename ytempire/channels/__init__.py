"""Channel Management: channels, their configuration, and who may work for them."""
