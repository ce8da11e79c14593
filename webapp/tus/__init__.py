"""The tus 1.0 protocol (https://tus.io/protocols/resumable-upload): headers, bodies, writers. Views use these parts."""
