import { secretNameOf } from '../connection/secret-name.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { textOf } from './rotate.js';

const RUNS_MAX = 10;

export async function status(call: CommandCall): Promise<void> {
  const { gateway, namespace: inNamespace } = await call.connect();
  const { namespace, name } = secretNameOf(call.argument(0), inNamespace);
  const { content: policy } = await gateway.rotations.get(namespace, name);
  const { terminal } = call;
  if (call.text('output') === 'json') return call.printJson(policy);
  const facts = [
    ['Secret', `${namespace}/${name}`],
    ['Author', policy.author ?? ''],
    ['Next run', policy.nextRunAt ?? 'not scheduled'],
    ['Problem', policy.problem ?? ''],
  ];
  terminal.out(`${tableOf(undefined, facts, terminal)}\n`);
  const runs = gateway.rotations.runs(namespace, name, { limit: RUNS_MAX }).byPage();
  const page = await runs.next();
  const rows = (page.value?.items ?? []).map((run) => {
    return [run.startedAt, run.trigger, run.requestedBy ?? '', textOf(run)];
  });
  terminal.out(tableOf(['STARTED', 'TRIGGER', 'BY', 'STATE'], rows, terminal));
}
