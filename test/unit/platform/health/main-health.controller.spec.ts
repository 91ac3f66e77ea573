import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { MainHealthController } from '../../../../src/platform/health/main-health.controller.js';
import { Readiness } from '../../../../src/platform/health/readiness.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';

let readiness: Readiness;
let app: NestFastifyApplication;

beforeEach(async () => {
  readiness = new Readiness({ checks: [{ name: 'cluster', probe: async () => undefined }] });
  @Module({
    controllers: [MainHealthController],
    providers: [{ provide: Readiness, useValue: readiness }],
  })
  class MainModule {}
  const adapter = new FastifyAdapter(createFastify());
  app = await NestFactory.create<NestFastifyApplication>(MainModule, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
});

afterEach(() => app.close());

const get = (path: string) => supertest(app.getHttpServer()).get(path);

describe('probes on the main listener', () => {
  it.each(['/livez', '/readyz'])('answer %s with the bare word', async (path) => {
    await get(path)
      .expect(200, 'ok')
      .expect('content-type', /^text\/plain/);
  });

  it('answer 503 from the moment of stopping, but stay alive', async () => {
    readiness.markStopping();
    await get('/readyz').expect(503, 'not ready');
    await get('/livez').expect(200, 'ok');
  });
});
