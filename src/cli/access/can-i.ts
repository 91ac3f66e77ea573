import { UsageError } from '../command.js';
import { secretNameOf } from '../connection/secret-name.js';
import { type ClientExitCode, exitCodes } from '../exit-code.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

export async function canI(call: CommandCall): Promise<ClientExitCode> {
  const [verb, secret] = call.args;
  if ((verb === undefined) !== call.flag('list')) {
    throw new UsageError('name a verb, or use --list');
  }
  const { gateway, namespace: inNamespace } = await call.connect();
  // Without a name, the question is about all Secrets of the namespace.
  const place =
    secret === undefined
      ? { namespace: inNamespace, name: '*' }
      : secretNameOf(secret, inNamespace);
  const questions = (verb === undefined ? verbs : [verb]).map((one) => {
    return { verb: one, resource: 'secrets', ...place };
  });
  const { content } = await gateway.access.review(questions);
  if (call.text('output') === 'json') {
    call.printJson(content);
  } else if (verb === undefined) {
    const rows = content.items.map((one) => [one.verb, one.allowed ? 'yes' : 'no']);
    call.terminal.out(tableOf(['VERB', 'ALLOWED'], rows, call.terminal));
  } else {
    call.terminal.out(content.items[0]?.allowed === true ? 'yes\n' : 'no\n');
  }
  const isAllowed = content.items.every(({ allowed }) => allowed);
  return verb === undefined || isAllowed ? exitCodes.done : exitCodes.denied;
}
