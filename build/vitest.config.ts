import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{shared,main,renderer,build,bench}/**/*.test.{ts,tsx}"],
    environment: "node",
    testTimeout: 60_000,
    pool: "forks",
  },
});
