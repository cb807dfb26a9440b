// tfjs-core's own specs, which its package holds, on one backend. Bundled by run.ts, because they need every kernel,
// gradient and chained operation in one copy of tfjs-core; jasmine's globals exist before this file is loaded.

import "./environment.ts";
// After the backend: the specs ask for it as soon as they are loaded.
import "@tensorflow/tfjs-core/dist/tests.js";
