import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:https';
import { expect, it } from 'vitest';
import { OpenSockets } from '../../src/http/open-sockets.js';

it('ends connections that have said nothing yet, so that the server can close', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new OpenSockets(server);
  // Never begins its TLS handshake.
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  await once(server, 'connection');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  sockets.end();
  await closed;
  await expect(once(client, 'close')).resolves.toBeDefined();
});
