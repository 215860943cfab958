"""What the service knows, as files people can read, and the typed library that reads them."""
