import { createGateway } from '../../../src/app/gateway.js';
import { startFailure } from '../../../src/app/start-failure.js';
import type { Config } from '../../../src/platform/config/config.schema.js';

/**
 * Starts a gateway and says why it does not start. Nothing ends this process: it ends by itself, if
 * nothing that the start opened keeps it alive.
 */
const [configuration = ''] = process.argv.slice(2);
const config = JSON.parse(configuration) as Config;
try {
  const gateway = await createGateway(config, { level: 'silent' });
  const urls = await gateway.listen();
  process.stdout.write(`listens on ${urls.join(' ')}\n`);
  await gateway.stop();
} catch (error) {
  process.stdout.write(`${startFailure(error, config)}\n`);
}
