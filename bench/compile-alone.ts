import { compileFigures } from "./compile.ts";

// The compiler's figures as JSON, from a process of their own.
process.stdout.write(JSON.stringify(compileFigures()));
