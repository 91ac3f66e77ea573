import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { jsonPathOf, printJsonPath } from './get-jsonpath.js';

/** Forms that the gateway makes of values. */
const valueForms = ['json', 'yaml', 'env', 'dotenv', 'docker', 'properties'] as const;

export async function get(call: CommandCall): Promise<void> {
  const expression = jsonPathOf(call.text('output') ?? '');
  const connection = await call.connect();
  const secret = secretNameOf(call.argument(0), connection.namespace);
  if (call.text('version') !== undefined && !call.flag('reveal')) {
    throw new UsageError('--version needs --reveal; sallyport history lists versions');
  }
  if (expression !== undefined) await printJsonPath(call, connection, secret, expression);
  else if (call.flag('reveal')) await reveal(call, connection, secret);
  else await showMetadata(call, connection, secret);
}

async function reveal(
  call: CommandCall,
  { gateway }: Connection,
  { namespace, name }: SecretName,
): Promise<void> {
  const output = call.text('output') ?? 'json';
  const format = valueForms.find((one) => one === output);
  if (format === undefined) throw new UsageError(`--reveal has no form ${output}`);
  const names = call.text('names') === 'upper' ? 'upper' : undefined;
  const options = { format, names, version: call.text('version') } as const;
  const { content } = await gateway.secrets.formatted(namespace, name, options);
  call.terminal.out(content.reveal());
}

async function showMetadata(
  call: CommandCall,
  { gateway }: Connection,
  { namespace, name }: SecretName,
): Promise<void> {
  const output = call.text('output') ?? 'table';
  const { terminal } = call;
  const { content } = await gateway.secrets.metadata(namespace, name);
  if (output === 'json') return call.printJson(content);
  if (output === 'name') return terminal.out(`${content.name}\n`);
  if (output === 'yaml') {
    const { stringify } = await import('yaml');
    return terminal.out(stringify(content));
  }
  if (output !== 'table') throw new UsageError(`the form ${output} has values: it needs --reveal`);
  const facts = [
    ['Name', `${content.namespace}/${content.name}`],
    ['Type', content.type],
    ['Version', String(content.version ?? '')],
    ['Changed', content.updatedAt ?? content.createdAt],
    ['By', content.updatedBy ?? ''],
  ];
  const keys = content.keys.map((key) => [key.name, `${key.sizeBytes}`, `${key.version ?? ''}`]);
  terminal.out(`${tableOf(undefined, facts, terminal)}\n`);
  terminal.out(tableOf(['KEY', 'BYTES', 'VERSION'], keys, terminal));
}
