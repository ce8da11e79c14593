"""The speaker's side under load: a real portal, what is sent to it on good and bad lines, and what its pages weigh."""
