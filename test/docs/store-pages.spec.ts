import { storePages, testPages } from './page-tests.js';

testPages(storePages);
