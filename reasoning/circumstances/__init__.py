"""What is known of a patient beside findings, one file each, each exporting `CIRCUMSTANCE`."""
