import { secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

export async function diff(call: CommandCall): Promise<void> {
  const { gateway, namespace: inNamespace } = await call.connect();
  const { namespace, name } = secretNameOf(call.argument(0), inNamespace);
  const versions = { from: call.text('from'), to: call.text('to') };
  const { content } = await gateway.versions.diff(namespace, name, versions);
  const { terminal } = call;
  if (call.text('output') === 'json') return call.printJson(content);
  const rows = [
    ...content.added.map((key) => ['added', key.name, '', String(key.sizeBytes)]),
    ...content.changed.map((key) => ['changed', key.name, `${key.fromBytes}`, `${key.toBytes}`]),
    ...content.removed.map((key) => ['removed', key.name, String(key.sizeBytes), '']),
  ];
  const header = ['CHANGE', 'KEY', `BYTES IN ${content.from}`, `BYTES IN ${content.to}`];
  terminal.out(tableOf(header, rows, terminal));
}
