import type { Reporter, TestCase } from "vitest/node";

/** A test that needs more of its time than this could fail by the machine's speed alone. */
const NEAR = 0.4;

/** After a run, names the tests that came near their time limits: they fail first where a machine is busier. */
export class NearLimits implements Reporter {
  private readonly near: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const limitMs = test.options.timeout;
    const tookMs = test.diagnostic()?.duration ?? 0;
    if (limitMs === undefined || tookMs < limitMs * NEAR) return;
    const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
    this.near.push(
      `  ${test.module.relativeModuleId} > ${test.fullName}: ${seconds(tookMs)} of ${seconds(limitMs)}`,
    );
  }

  onTestRunEnd(): void {
    if (this.near.length === 0) return;
    process.stdout.write(`\nNear their time limits:\n${this.near.join("\n")}\n`);
  }
}
