import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { HandedConnections } from '../../../../src/workers/main/handed-connections.js';

/** A worker's process that is told what node:cluster tells one. */
function toldWorker() {
  const told: unknown[] = [];
  const closed: string[] = [];
  const process = Object.assign(new EventEmitter(), {
    send: (...given: unknown[]) => told.push(given) > 0,
  });
  const handed = new HandedConnections(process as unknown as ChildProcess);
  const send = (message: object, handle?: object) => process.send(message, handle);
  const connection = (name: string) => ({ close: () => void closed.push(name) });
  return {
    ...{ handed, told, closed, send },
    hand: (seq: number, name: string) =>
      send({ cmd: 'NODE_CLUSTER', act: 'newconn', seq }, connection(name)),
    take: (ack: number) =>
      process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: true }),
    connection,
  };
}

it('what a worker had not taken when it died is closed, and nothing else', () => {
  const { handed, closed, hand, take } = toldWorker();
  hand(1, 'taken');
  hand(2, 'not taken');
  take(1);
  handed.close();
  handed.close();
  expect(closed).toEqual(['not taken']);
});

it('all that is said reaches the worker, and no other handle is looked at', () => {
  const { handed, told, closed, send, connection } = toldWorker();
  const [server, socket] = [connection('server'), connection('socket')];
  const listening = { cmd: 'NODE_CLUSTER', ack: 3, seq: 4 };
  expect([send(listening, server), send({ kind: 'own' }, socket), send({ kind: 'own' })]).toEqual(
    Array(3).fill(true),
  );
  handed.close();
  expect(closed).toEqual([]);
  expect(told).toEqual([
    [listening, server],
    [{ kind: 'own' }, socket],
    [{ kind: 'own' }, undefined],
  ]);
});
