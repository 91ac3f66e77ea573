import { conformanceSuite } from './conformance-suite.js';

conformanceSuite('lists, watches, discovery and representations', 'reads');
