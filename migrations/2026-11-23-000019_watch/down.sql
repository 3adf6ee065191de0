DROP TABLE watches;
DROP TABLE roster_entries;
