-- Our own tables. Moments are text in UTC with milliseconds, and all text is compared byte by byte, so that the same
-- statements serve SQLite and give the same order there.

CREATE TABLE broker_tenants (
    name text COLLATE "C" PRIMARY KEY
);

CREATE TABLE broker_issued (
    access_key_id text COLLATE "C" PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    issued_at text COLLATE "C" NOT NULL,
    expiration text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    prefix text COLLATE "C" NOT NULL
);

CREATE INDEX ix_broker_issued_role ON broker_issued (tenant, role, expiration);
CREATE INDEX ix_broker_issued_expiration ON broker_issued (expiration);

GRANT SELECT, INSERT, DELETE ON broker_tenants, broker_issued TO broker_silo;
