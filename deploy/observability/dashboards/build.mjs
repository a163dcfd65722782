// Makes Grafana's dashboards of panels.mjs: `node build.mjs`. With `--check` it says whether the files are what it would make.
import { readFileSync, writeFileSync } from 'node:fs';
import { dashboards } from './panels.mjs';

const datasource = { type: 'prometheus', uid: '${datasource}' };
const width = 8, height = 8, columns = 24 / width;

const panel = ([title, description, unit, series], index) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  description,
  datasource,
  gridPos: { x: (index % columns) * width, y: Math.floor(index / columns) * height, w: width, h: height },
  fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 8, lineWidth: 2, showPoints: 'never' } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom', showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: series.map(([legendFormat, expr], i) => ({ refId: String.fromCharCode(65 + i), datasource, expr, legendFormat })),
});

const variables = [
  { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
  { name: 'instance', type: 'query', label: 'Process', datasource, query: { query: 'label_values(up{job="broker"}, instance)', refId: 'instances' }, includeAll: true, allValue: '.*', multi: true, refresh: 2, current: { text: 'All', value: '$__all' } },
];

const dashboard = ({ file, title, panels }) => ({
  uid: `broker-${file}`, title, tags: ['broker'], schemaVersion: 39, version: 1, editable: false, refresh: '30s', timezone: 'utc',
  time: { from: 'now-1h', to: 'now' }, templating: { list: variables }, panels: panels.map(panel),
});

let stale = 0;
for (const source of dashboards) {
  const path = new URL(`${source.file}.json`, import.meta.url), text = `${JSON.stringify(dashboard(source), null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) stale++, console.error(`${source.file}.json is not what build.mjs makes.`);
}
process.exitCode = stale ? 1 : 0;
