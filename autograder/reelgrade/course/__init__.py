"""What builds and checks the course: stubs, data, downloads, the reproduction, the command."""
