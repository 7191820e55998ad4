//! The raw types of the YAML files and their JSON Schemas. Holds no resolved name.
