// One route of Nest on Fastify behind TLS that does nothing: its starter, bare-route.ts, passes the
// port, the files of the listener, and one with the JSON that it answers.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const [port, certFile, keyFile, answerFile] = process.argv.slice(2);
const answer = JSON.parse(readFileSync(answerFile, 'utf8'));

class BareController {
  get() {
    return answer;
  }
}
// What decorators do, by hand: Node does not know them.
Controller('/v1/namespaces/:namespace/secrets')(BareController);
Get(':name')(
  BareController.prototype,
  'get',
  Object.getOwnPropertyDescriptor(BareController.prototype, 'get'),
);
Param('name')(BareController.prototype, 'get', 0);

class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const https = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
const adapter = new FastifyAdapter({ logger: false, https });
const app = await NestFactory.create(BareModule, adapter, { logger: false });
await app.listen(Number(port), '127.0.0.1');
process.send('listening');
