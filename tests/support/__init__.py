"""What the tests in Python share: the program in a folder of its own, real servers, a real terminal."""
