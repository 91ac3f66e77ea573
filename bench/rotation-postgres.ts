import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { startPostgres } from '../test/services/postgres.js';
import type { TestServer } from '../test/services/test-server.js';
import { heading } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { reportEnded } from './rotation-ended.js';
import { fillRotations, type RotationFilling, scheduleIn } from './rotation-fill.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { withThrowawayDir } from './throwaway-dir.js';

const fillMsMax = 20_000;

/** Pairs of users of one PostgreSQL server, all due in the same moment. */
export async function benchPostgres(count: number): Promise<Figures> {
  heading(`${count} rotations of users of PostgreSQL`);
  const server = await startPostgres();
  try {
    return await withThrowawayDir((dataDir) => rotateAll(dataDir, server, count));
  } finally {
    await server.stop();
  }
}

async function rotateAll(dataDir: string, server: TestServer, count: number): Promise<Figures> {
  await createUsers(server, count);
  const config = `${dataDir}-rotation.yaml`;
  writeFileSync(config, egressTo(server));
  const gateway = await GatewayProcess.start({ dataDir, config });
  try {
    const { dueMs, schedule } = scheduleIn(fillMsMax);
    const { username, password } = server.admin;
    const shared: readonly RotationFilling[] = [
      { name: 'db-ca', stringData: { 'ca.crt': server.ca } },
      { name: 'db-admin', stringData: { username, password } },
    ];
    const rotated = Array.from({ length: count }, (_, index) => ({
      name: `user-${index}`,
      stringData: { username: `app_${index}_a`, password: `first-password-${index}` },
      spec: { ...specOf(server, index), schedule },
    }));
    const facts = adminAccessFrom(`${dataDir}/sandbox.kubeconfig`);
    await fillRotations(facts, shared);
    await fillRotations(facts, rotated);
    const { tookS, failures } = await reportEnded(gateway, { count, dueMs });
    return bounded('rotation', { postgresS: tookS, postgresFailures: failures });
  } finally {
    await gateway.stop();
  }
}

function specOf({ port }: TestServer, index: number): object {
  return {
    generate: [{ key: 'password', password: {} }],
    target: {
      postgresql: {
        ...{ host: '127.0.0.1', port, database: 'postgres' },
        tls: { caSecret: { name: 'db-ca' } },
        adminSecret: { name: 'db-admin' },
        usernames: [`app_${index}_a`, `app_${index}_b`],
        usernameKey: 'username',
      },
    },
    retireAfter: '0s',
    consumers: { wait: false },
  };
}

function egressTo({ port }: TestServer): string {
  const allow = `{ host: 127.0.0.1, port: ${port}, addresses: [127.0.0.1/32] }`;
  return `rotation:\n  egress:\n    allow: [${allow}]\n`;
}

async function createUsers({ host, port, ca, admin }: TestServer, count: number): Promise<void> {
  const { username: user, password } = admin;
  const ssl = { ca, rejectUnauthorized: true };
  const client = new pg.Client({ host, port, user, password, database: 'postgres', ssl });
  await client.connect();
  for (let index = 0; index < count; index += 1) {
    await client.query(`CREATE ROLE app_${index}_a LOGIN PASSWORD 'first-password-${index}'`);
  }
  await client.end();
}
