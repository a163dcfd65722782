// What the dashboards show: `node build.mjs` makes Grafana's files of it. A panel is [title, what it tells, unit, series],
// a series [legend, PromQL]; `$instance` is the choice at the top of the page.
const here = 'instance=~"$instance"';
const credentials = 'http_route="/v1/tenants/{tenant}/roles/{role}/credentials"';
const quantile = (q, metric, labels = here) => `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket{${labels}}[$__rate_interval])))`;
const rate = (metric, by, labels = here) => `sum by (${by}) (rate(${metric}{${labels}}[$__rate_interval]))`;

export const dashboards = [
  { file: 'overview', title: 'Broker: overview', panels: [
    ['Vends answered', 'The share of requests for credentials that the broker answered, of the last five minutes.', 'percentunit', [['available', 'broker:vends:availability5m']]],
    ['Vends within 0.1 s', 'The share of the answers that took less than 0.1 s.', 'percentunit', [['fast', 'broker:vends:within_100ms5m']]],
    ['Vends with more than 5 min left', 'Below 1: callers get credentials that end soon.', 'percentunit', [['fresh', 'broker:vends:fresh5m']]],
    ['Processes that answer', 'One less: a silo is lost, or is being replaced.', 'short', [['up', 'sum(up{job="broker"})']]],
    ['Requests for credentials', 'By outcome: success, or the code of the problem.', 'reqps', [['{{outcome}}', rate('broker_credential_requests_total', 'outcome')]]],
    ['Roles in memory', 'Failing: the last refresh failed. Overdue: callers wait for new credentials.', 'short',
      [['in memory', `sum(broker_roles_active{${here}})`], ['failing', `sum(broker_roles_failing{${here}})`], ['overdue', `sum(broker_roles_overdue{${here}})`]]],
    ['Troubles', 'What readiness names: 1 where a process is in trouble.', 'short', [['{{trouble}}', `max by (trouble) (broker_degraded{${here}})`]]],
    ['Audit queue', 'Entries that wait to be written, as a share of what may wait. At 1 requests are refused.', 'percentunit', [['{{instance}}', `broker_audit_waiting{${here}} / broker_audit_capacity{${here}}`]]],
    ['Database', 'Operations per second, by outcome.', 'ops', [['{{outcome}}', rate('broker_storage_operation_duration_seconds_count', 'outcome')]]],
    ['Database, duration', 'Half and 99 of a hundred operations take no longer.', 's', [['p50', quantile(0.5, 'broker_storage_operation_duration_seconds')], ['p99', quantile(0.99, 'broker_storage_operation_duration_seconds')]]],
    ['Memory', 'The working set of each process.', 'bytes', [['{{instance}}', `dotnet_process_memory_working_set_bytes{${here}}`]]],
    ['Processor', 'Cores that each process uses.', 'short', [['{{instance}}', rate('dotnet_process_cpu_time_seconds_total', 'instance')]]],
  ] },
  { file: 'sts', title: 'Broker: STS budget and renewals', panels: [
    ['Calls of STS', 'By outcome and STS\'s own code.', 'reqps', [['{{outcome}} {{code}}', rate('broker_sts_calls_total', 'outcome, code')]]],
    ['Duration of a call', 'What STS takes to answer.', 's', [['p50', quantile(0.5, 'broker_sts_call_duration_seconds')], ['p99', quantile(0.99, 'broker_sts_call_duration_seconds')]]],
    ['Places left', 'Calls that callers could make at once, of each identity.', 'short', [['{{identity}}', 'min by (identity) (broker_sts_budget_available)']]],
    ['Waiting for a place', 'By lane: callers come before renewals.', 'short', [['{{lane}}', 'sum by (lane) (broker_sts_budget_waiting)']]],
    ['Wait for a place', 'How long they waited.', 's', [['p50', quantile(0.5, 'broker_sts_budget_wait_duration_seconds')], ['p99', quantile(0.99, 'broker_sts_budget_wait_duration_seconds')]]],
    ['The broker\'s own keys', 'How often each was read from its source, and whether it was there.', 'ops', [['{{identity}} {{outcome}}', 'sum by (identity, outcome) (rate(broker_source_identity_reads_total[5m]))']]],
    ['Refreshes', 'By outcome and reason: ahead of the end (schedule), or because a caller waits.', 'ops', [['{{reason}} {{outcome}}', rate('broker_credential_refreshes_total', 'reason, outcome')]]],
    ['Life left of what is vended', 'A tenth and half of the vended credentials have no more left.', 's', [['p10', quantile(0.1, 'broker_credential_remaining_seconds')], ['p50', quantile(0.5, 'broker_credential_remaining_seconds')]]],
  ] },
  { file: 'api', title: 'Broker: API', panels: [
    ['Requests', 'By route.', 'reqps', [['{{http_route}}', rate('http_server_request_duration_seconds_count', 'http_route')]]],
    ['Answers', 'By status.', 'reqps', [['{{http_response_status_code}}', rate('http_server_request_duration_seconds_count', 'http_response_status_code')]]],
    ['Duration, credentials', 'Half and 99 of a hundred answers take no longer.', 's',
      [['p50', quantile(0.5, 'http_server_request_duration_seconds', `${credentials},${here}`)], ['p99', quantile(0.99, 'http_server_request_duration_seconds', `${credentials},${here}`)]]],
    ['Signed URLs', 'By method and outcome; a batch counts each.', 'ops', [['{{method}} {{outcome}}', rate('broker_signed_urls_total', 'method, outcome')]]],
    ['Upload forms', 'By outcome.', 'ops', [['{{outcome}}', rate('broker_post_policies_total', 'outcome')]]],
    ['Refused to their callers', 'By code. Many unauthenticated: somebody tries keys, or a deployment has an old one.', 'reqps', [['{{code}}', rate('broker_api_denied_total', 'code')]]],
    ['Audit entries', 'Written, merged into a written one, or refused with their request.', 'ops', [['{{outcome}}', rate('broker_audit_entries_total', 'outcome')]]],
    ['Connections', 'That are open to the API.', 'short', [['{{instance}}', `sum by (instance) (kestrel_active_connections{${here}})`]]],
  ] },
];
