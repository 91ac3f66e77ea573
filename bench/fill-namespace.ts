import { type AdminAccess, adminAgent } from './admin-access.js';
import { requestOnce } from './request-once.js';
import { sideBySide } from './side-by-side.js';

const writersCount = 16;

export interface Filling {
  readonly namespace: string;
  readonly count: number;
  readonly valueBytes: number;
  /** Default: `s0`, `s1` and so on. */
  readonly nameOf?: (index: number) => string;
}

/** Creates Secrets of one value each in a namespace that is there. */
export async function fillNamespace(
  access: AdminAccess,
  { namespace, count, valueBytes, nameOf = (index) => `s${index}` }: Filling,
): Promise<void> {
  const data = { value: Buffer.alloc(valueBytes, 'x').toString('base64') };
  await createMany(access, `/api/v1/namespaces/${namespace}/secrets`, count, (index) => {
    return { kind: 'Secret', apiVersion: 'v1', metadata: { name: nameOf(index) }, data };
  });
}

/** Creates objects below a path, several at a time. */
export async function createMany(
  access: AdminAccess,
  path: string,
  count: number,
  objectOf: (index: number) => object,
): Promise<void> {
  const agent = adminAgent(access, writersCount);
  try {
    await sideBySide({ count, atOnce: writersCount }, async (index) => {
      await requestOnce(access.url, agent, 'POST', path, objectOf(index));
    });
  } finally {
    agent.destroy();
  }
}
