import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which systems give ports to outgoing connections: none of these can then
// sit on a server's port while that server is stopped and about to start again.
const lowestPort = 20_000;
const highestPort = 32_000;
const attemptsMax = 200;

/** Loopback ports that nothing listens on now; whoever binds them must cope with a lost race. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < attemptsMax && ports.size < count; attempt++) {
    const port = randomInt(lowestPort, highestPort);
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size < count) throw new Error(`found no ${count} free ports on 127.0.0.1`);
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}
