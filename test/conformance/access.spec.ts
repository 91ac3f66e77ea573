import { conformanceSuite } from './conformance-suite.js';

conformanceSuite('who is who and may do what', 'access');
