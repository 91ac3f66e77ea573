import { createHash } from 'node:crypto';
import { request } from 'node:https';
import { join } from 'node:path';
import { startServer, type ServerAddress } from './managed-server.js';
import { ensureMoto } from './moto-program.js';
import type { TestServer, TestServerOptions } from './test-server.js';

const CALL_MS_MAX = 5_000;
const program = join(import.meta.dirname, 'moto-server.py');

/** Audience that its token service asks for in the token of a ServiceAccount. */
export const motoAudience = 'sts.amazonaws.com';
export const motoRegion = 'eu-central-1';
/** Role with the rights that a sync needs, and with no others. */
export const motoRoleArn = 'arn:aws:iam::123456789012:role/sync';

/** Key of a user, in the words of AWS' own client. */
export interface TestAwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server that speaks as Secrets Manager, Parameter Store and STS of AWS. */
export interface TestMoto {
  readonly server: TestServer;
  readonly url: URL;
  /** Key with all rights. */
  readonly admin: TestAwsKey;
  /** Key with the rights to read. */
  readonly reader: TestAwsKey;
}

/** Starts moto over TLS. It checks signatures, and the rights of users and roles. */
export async function startMoto(options: TestServerOptions = {}): Promise<TestMoto> {
  const packages = await ensureMoto();
  const server = await startServer(
    {
      name: 'moto',
      // Its packages are in the cache folder of whoever runs the tests.
      runsAs: 'tester',
      logFiles: [],
      stopSignal: 'SIGTERM',
      prepare: () => Promise.resolve(),
      command: (folder, port) => [
        'env',
        ...[`HOME=${folder.dir}`, `PYTHONPATH=${packages}`, 'PYTHONDONTWRITEBYTECODE=1'],
        ...[`MOTO_ADMIN_SECRET=${secretOf(folder, 'admin')}`, `MOTO_AUDIENCE=${motoAudience}`],
        ...[`MOTO_READER_SECRET=${secretOf(folder, 'reader')}`, 'INITIAL_NO_AUTH_ACTION_COUNT=0'],
        ...['python3', program, String(port), folder.certificateFile, folder.keyFile],
      ],
      logIn: answers,
    },
    options,
  );
  const keyOf = (accessKeyId: string, user: string) => ({
    accessKeyId,
    secretAccessKey: secretOf(server, user),
  });
  return {
    server,
    url: new URL(`https://${server.host}:${server.port}`),
    admin: keyOf('AKIAADMIN00000000000', 'admin'),
    reader: keyOf('AKIAREADER0000000000', 'reader'),
  };
}

function secretOf({ admin }: Pick<TestServer, 'admin'>, user: string): string {
  return createHash('sha256').update(`${user} ${admin.password}`).digest('base64').slice(0, 40);
}

async function answers({ host, port, ca }: ServerAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const signal = AbortSignal.timeout(CALL_MS_MAX);
  const options = { host, port, ca, path: '/moto-api/data.json', signal, agent: false };
  const sent = request({ ...options, checkServerIdentity: () => undefined }, (answer) => {
    answer.resume();
    if (answer.statusCode === 200) resolve();
    else reject(new Error(`moto answered with ${answer.statusCode}`));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}
