import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AdminClient } from './admin-client.js';
import type { RunningSandbox, SandboxSettings } from './running-sandbox.js';
import { SandboxStorageError } from './store/sandbox-database.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/**
 * Heap limit of the thread. The heap contains RBAC objects, definitions, schemas, owner references
 * and what active requests read; each has its own bound below this limit.
 */
const HEAP_MIB_MAX = 512;
/** A small young generation is collected sooner, which saves 25 MiB of memory. */
const YOUNG_HEAP_MIB_MAX = 8;
const WORKER = new URL('./sandbox.worker.js', import.meta.url);

/**
 * Runs an API server in a separate thread. Rejects, with one sentence, if its port is taken or its
 * folder or database cannot be used.
 */
export async function startSandbox(
  settings: SandboxSettings,
  onFault: (message: string) => void = () => undefined,
): Promise<RunningSandbox> {
  const worker = new Worker(WORKER, {
    workerData: settings,
    resourceLimits: {
      maxOldGenerationSizeMb: HEAP_MIB_MAX,
      maxYoungGenerationSizeMb: YOUNG_HEAP_MIB_MAX,
    },
  });
  worker.on('error', () => undefined);
  const ended = endOf(worker);
  const exited = once(worker, 'exit');
  const first = await Promise.race([firstMessage(worker), ended]);
  if (first instanceof Error) throw first;
  if (first.kind !== 'ready') {
    await worker.terminate();
    throw refusal(first);
  }
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'fault') onFault(message.message);
  });
  const { kind: _, ...facts } = first;
  const admin = new AdminClient(facts);
  return {
    ...facts,
    ended,
    request: (...given) => admin.request(...given),
    async stop() {
      admin.close();
      worker.postMessage({ kind: 'stop' } satisfies ToWorker);
      await exited;
    },
  };
}

/** Rebuilds the error that the thread has caught. */
function refusal(message: FromWorker): Error {
  if (message.kind !== 'refused') return new Error('the sandbox did not start');
  const { name, message: text, code, port, address } = message;
  if (name === SandboxStorageError.name) return new SandboxStorageError(text);
  return Object.assign(new Error(text), { code, port, address });
}

async function firstMessage(worker: Worker): Promise<FromWorker> {
  const [message] = (await once(worker, 'message')) as [FromWorker];
  return message;
}

function endOf(worker: Worker): Promise<Error> {
  return new Promise((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', () => {
      resolve(new Error('the sandbox has ended'));
    });
  });
}
