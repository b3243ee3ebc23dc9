"""HTTP and sockets: headers, forms, JSON, letting sockets in, health."""
