"""Films with labels: tables, images, and which patients are trained on."""
