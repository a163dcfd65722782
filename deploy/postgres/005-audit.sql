-- The audit. A silo adds rows, and removes the oldest ones as retention asks; it may not change one.

CREATE TABLE broker_audit (
    writer text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    continues bigint NULL,
    at text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NULL,
    role text COLLATE "C" NULL,
    caller text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    code text COLLATE "C" NULL,
    access_key_id text COLLATE "C" NULL,
    version bigint NULL,
    prefix text COLLATE "C" NULL,
    access text COLLATE "C" NULL,
    source_address text COLLATE "C" NULL,
    trace_id text COLLATE "C" NULL,
    count bigint NOT NULL,
    mac bytea NOT NULL,
    PRIMARY KEY (writer, sequence)
);

-- Queries list the first rows of entries, and find the others by them.
CREATE INDEX ix_broker_audit_tenant ON broker_audit (tenant, at, writer, sequence) WHERE continues IS NULL;
CREATE INDEX ix_broker_audit_at ON broker_audit (at, writer, sequence) WHERE continues IS NULL;
CREATE INDEX ix_broker_audit_continues ON broker_audit (writer, continues) INCLUDE (count) WHERE continues IS NOT NULL;

CREATE TABLE broker_audit_writers (
    writer text COLLATE "C" PRIMARY KEY,
    sealed_key bytea NOT NULL
);

CREATE TABLE broker_audit_heads (
    writer text COLLATE "C" PRIMARY KEY,
    sequence bigint NOT NULL,
    mac bytea NOT NULL,
    seal bytea NOT NULL
);

CREATE TABLE broker_audit_checkpoints (
    writer text COLLATE "C" PRIMARY KEY,
    sequence bigint NOT NULL,
    mac bytea NOT NULL,
    seal bytea NOT NULL
);

CREATE TABLE broker_audit_sessions (
    writer text COLLATE "C" NOT NULL,
    session text COLLATE "C" NOT NULL,
    last_batch bigint NOT NULL,
    last_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (writer, session)
);

GRANT SELECT, INSERT, DELETE ON broker_audit, broker_audit_sessions TO broker_silo;
GRANT SELECT, INSERT, UPDATE ON broker_audit_writers, broker_audit_heads, broker_audit_checkpoints TO broker_silo;
