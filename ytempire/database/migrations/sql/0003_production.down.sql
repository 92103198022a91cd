DROP TABLE ytempire.quality_examples;
DROP TABLE ytempire.channel_playlists;
DROP TABLE ytempire.uploads;
DROP TABLE ytempire.quota_ledger;
DROP TABLE ytempire.quota_buckets;
DROP TABLE ytempire.quality_decisions;
DROP TABLE ytempire.cost_ledger;
DROP TABLE ytempire.job_stages;
