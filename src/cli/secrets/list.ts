import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

export async function list(call: CommandCall): Promise<void> {
  const { gateway, namespace } = await call.connect();
  const isAll = call.flag('allNamespaces');
  const options = { labelSelector: call.text('selector') };
  const found = isAll
    ? gateway.secrets.listAll(options)
    : gateway.secrets.list(namespace, { ...options, deleted: call.flag('deleted') });
  const items = await Array.fromAsync(found);
  const output = call.text('output');
  if (output === 'json') return call.printJson({ items });
  const names = items.map((one) => (isAll ? `${one.namespace}/${one.name}` : one.name));
  if (output === 'name') return call.terminal.out(names.map((name) => `${name}\n`).join(''));
  const rows = items.map(({ type, keys, version, updatedAt, createdAt }, index) => {
    const last = [String(version ?? ''), updatedAt ?? createdAt];
    return [names[index] ?? '', type, String(keys.length), ...last];
  });
  call.terminal.out(tableOf(['NAME', 'TYPE', 'KEYS', 'VERSION', 'CHANGED'], rows, call.terminal));
}
