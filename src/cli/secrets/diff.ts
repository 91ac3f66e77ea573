import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { valueDiff } from './value-diff.js';

export async function diff(call: CommandCall): Promise<void> {
  const isJson = call.text('output') === 'json';
  if (isJson && call.flag('values')) throw new UsageError('--values has no form json');
  const connection = await call.connect();
  const { gateway } = connection;
  const secret = secretNameOf(call.argument(0), connection.namespace);
  const versions = { from: call.text('from'), to: call.text('to') };
  const { content } = await gateway.versions.diff(secret.namespace, secret.name, versions);
  if (call.flag('values')) return printValues(call, connection, secret, content);
  if (isJson) return call.printJson(content);
  const rows = [
    ...content.added.map((key) => ['added', key.name, '', String(key.sizeBytes)]),
    ...content.changed.map((key) => ['changed', key.name, `${key.fromBytes}`, `${key.toBytes}`]),
    ...content.removed.map((key) => ['removed', key.name, String(key.sizeBytes), '']),
  ];
  const header = ['CHANGE', 'KEY', `BYTES IN ${content.from}`, `BYTES IN ${content.to}`];
  call.terminal.out(tableOf(header, rows, call.terminal));
}

/** Prints the values that differ: the user has named `--values`, as `--reveal` elsewhere. */
async function printValues(
  call: CommandCall,
  { gateway }: Connection,
  { namespace, name }: SecretName,
  versions: { readonly from: number; readonly to: number },
): Promise<void> {
  const [from, to] = await Promise.all(
    [versions.from, versions.to].map(async (version) => {
      const { content } = await gateway.secrets.get(namespace, name, { version });
      return { name: `version ${version}`, values: content.values };
    }),
  );
  if (from === undefined || to === undefined) return;
  const lines = valueDiff({ from, to });
  call.terminal.out(lines.map((line) => `${line}\n`).join(''));
  if (lines.length === 0) call.confirm(`${from.name} and ${to.name} have the same values`);
}
