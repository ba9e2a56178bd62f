"""Pages of divisions: versions, guided changes, crosswalks, street lists."""
