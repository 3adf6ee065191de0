DROP TABLE push_addresses;
