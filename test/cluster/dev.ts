import { once } from 'node:events';
import { createServer } from 'node:net';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { startCluster } from './cluster.js';
import { type DevPorts, furnishCluster, writeDevFiles } from './dev-files.js';
import { DevGateway, buildIfNeeded } from './dev-gateway.js';

const folder = join('.sallyport', 'dev');

/** Runs a real cluster with the gateway in front of it until it is told to end. */
async function main(): Promise<void> {
  const ports = {
    main: portOf('SALLYPORT_PORT', 8420),
    health: portOf('SALLYPORT_HEALTH_PORT', 8421),
  };
  await refuseTaken(ports.main, 'SALLYPORT_PORT');
  await refuseTaken(ports.health, 'SALLYPORT_HEALTH_PORT');
  const request = endRequest();
  await buildIfNeeded();
  await using cluster = await startCluster();
  // The cluster is new, so what is on record about an older one would only mislead.
  await rm(folder, { recursive: true, force: true });
  await furnishCluster(cluster);
  const configFile = await writeDevFiles(cluster, join(process.cwd(), folder), ports);
  const gateway = await DevGateway.start(configFile, join(folder, 'gateway.log'));
  process.stdout.write(instructions(ports));
  const failure = await Promise.race([request, gateway.ended]);
  await gateway.stop();
  if (failure !== undefined) throw new Error(`${failure}, see ${folder}/gateway.log`);
}

function portOf(variable: string, otherwise: number): number {
  const text = process.env[variable] ?? String(otherwise);
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port < 65_536) return port;
  throw new Error(`${variable} must be a port, 1 to 65535`);
}

/** Asked before the cluster starts: it takes a while, and the answer would be the same. */
async function refuseTaken(port: number, variable: string): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    throw new Error(
      `port ${port} of 127.0.0.1 is taken: end what listens there, or set ${variable} to another`,
    );
  }
  await once(server.close(), 'close');
}

// Further signals are ignored: npm passes on a Ctrl-C that the terminal has sent already.
function endRequest(): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  process.on('SIGINT', () => resolve(undefined)).on('SIGTERM', () => resolve(undefined));
  return promise;
}

function instructions({ main: port, health }: DevPorts): string {
  const api = `http://127.0.0.1:${port}/v1`;
  const curl = (user: string) => `curl -fsS -H @${folder}/headers/${user}`;
  const secrets = `${api}/namespaces/default/secrets`;
  return `
Sallyport ${api}   health and metrics http://127.0.0.1:${health}/readyz
Users     admin, reader, auditor, nobody: ${folder}/headers/NAME
Cluster   kubectl --kubeconfig ${folder}/admin.kubeconfig get namespaces
Log       ${folder}/gateway.log

Try it:
  ${curl('admin')} --json '{"name":"hello","stringData":{"greeting":"good morning"}}' ${secrets}
  ${curl('reader')} ${secrets}/hello/keys/greeting
  ${curl('auditor')} '${api}/audit/events?secret=hello'

Ctrl-C ends the gateway and removes the cluster.
`;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
