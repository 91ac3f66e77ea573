import { oldNode } from './app/old-node.js';

const old = oldNode();
if (old !== undefined) {
  console.error(old);
  process.exit(78);
}
// Imported after the check, since older versions fail on what is in there.
const { serve } = await import('./app/serve.js');
await serve(process.argv.slice(2));
