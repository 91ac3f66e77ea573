import { conformanceSuite } from './conformance-suite.js';

conformanceSuite('Secrets and what is common to all writes', 'writes');
