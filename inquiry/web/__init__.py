"""HTTP and sockets: headers, forms, the JSON door, letting sockets in, health."""
