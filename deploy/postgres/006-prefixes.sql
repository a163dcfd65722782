-- Whose each prefix of a bucket is. Whoever claims changes the bucket's row first, and so waits for the claims before.

CREATE TABLE broker_buckets (
    name text COLLATE "C" PRIMARY KEY
);

CREATE TABLE broker_prefixes (
    bucket text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    claimed_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, prefix, tenant)
);

CREATE INDEX ix_broker_prefixes_tenant ON broker_prefixes (tenant, bucket);

GRANT SELECT, INSERT, UPDATE ON broker_buckets TO broker_silo;
GRANT SELECT, INSERT, UPDATE, DELETE ON broker_prefixes TO broker_silo;
