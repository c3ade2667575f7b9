import { describe, expect, it } from "vitest";
import {
  checkFields,
  compilePattern,
  defaultForm,
  type FormField,
} from "../../../src/crdt/circulation/registration-form.ts";
import { computedMs } from "../../computed.ts";
import * as fc from "../../properties.ts";
import { createCounter } from "./counter.ts";

const form = [
  { name: "surname", label: "Surname", required: true },
  { name: "birth_date", label: "Date of birth", type: "date", required: true },
  { name: "phone", label: "Phone", type: "phone" },
  { name: "email", label: "E-mail", type: "email" },
  { name: "post_code", label: "Post code", pattern: "\\d{5}", help: "five digits, such as 12345" },
  {
    name: "ident_type",
    label: "Identification",
    type: "choice",
    required: true,
    default: "2",
    choices: [
      { code: "1", text: "Passport" },
      { code: "2", text: "Identity card" },
    ],
  },
];
const whole = { surname: "Example", birth_date: "2004-02-29" };
const policy = { loanRules: [{ length: "21 days" }], registration: form };

function register(fields: Record<string, string>) {
  return createCounter({ policy }).ask({ kind: "registration", patron: "P9", fields });
}

describe("a registration", () => {
  it("takes the form's defaults for what was left out, and what was answered as it is", () => {
    const decision = register(whole);
    expect(decision).toMatchObject({
      kind: "record",
      transaction: { fields: { ...whole, ident_type: "2" } },
    });
    const other = register({ ...whole, ident_type: "1", phone: "030 / 123-45 x6", email: "a@b.example" });
    expect(other).toMatchObject({ kind: "record", transaction: { fields: { ident_type: "1" } } });
  });

  it.each([
    [{ birth_date: "2004-02-29" }, "Surname: expected an answer."],
    [{ surname: "  ", birth_date: "2004-02-29" }, "Surname: expected an answer."],
    [{ ...whole, birth_date: "2005-02-29" }, "Date of birth: expected a day as YYYY-MM-DD."],
    [{ ...whole, birth_date: "2004-02-29T10:00" }, "Date of birth: expected a day as YYYY-MM-DD."],
    [{ ...whole, phone: "call me" }, "Phone: expected a phone number."],
    [{ ...whole, email: "a b" }, "E-mail: expected an e-mail address, such as name@example.org."],
    [{ ...whole, post_code: "1234" }, "Post code: expected five digits, such as 12345."],
    [{ ...whole, ident_type: "7" }, "Identification: expected one of 1, 2."],
    [{ ...whole, ident_type: "" }, "Identification: expected an answer."],
    [{ ...whole, shoe_size: "42" }, "shoe_size is not in this branch's form."],
  ])("with %j is refused", (fields, text) => {
    expect(register(fields as Record<string, string>)).toMatchObject({
      kind: "refused",
      refusal: { kind: "invalid", text: expect.stringContaining(text) },
    });
  });

  it("says everything that is wrong at once, and repeats no answer", () => {
    const faults = checkFields(form as FormField[], {
      birth_date: "secret-1",
      phone: "secret-2",
      x: "secret-3",
    });
    expect(faults.map(({ field }) => field)).toEqual(["surname", "birth_date", "phone", "x"]);
    expect(JSON.stringify(faults)).not.toContain("secret");
  });

  it("is taken with any answers where the policy has no form", () => {
    const counter = createCounter({ policy: { loanRules: [{ length: "21 days" }] } });
    const fields = { anything: "goes" };
    expect(counter.ask({ kind: "registration", patron: "P9", fields })).toMatchObject({
      kind: "record",
      transaction: { fields },
    });
    expect(defaultForm.length).toBeGreaterThan(5);
  });
});

describe("a pattern", () => {
  it.each([
    "(a+)+",
    "(a|aa)+",
    "(a*)*b",
    "((a)+)+",
    "(.)\\1+",
    "(?<n>a)",
    "[",
    "a".repeat(201),
    "(a{1,9}){1,9}",
  ])("that is none or could take for ever is not taken: %s", (text) =>
    expect(compilePattern(text)).toBeNull(),
  );

  it.each([
    ["\\d{5}", "12345", true],
    ["\\d{5}", "123456", false],
    ["[A-Z]{2}-\\d+", "AB-7", true],
    ["(?:yes|no)", "maybe", false],
  ])("%s takes the whole answer: %s", (text, answer, fits) =>
    expect(compilePattern(text)?.test(answer)).toBe(fits),
  );

  it("that is taken answers soon, whatever it is and whatever is asked", () => {
    const part = fc.constantFrom(
      "a",
      ".",
      "\\d",
      "[ab]",
      "(a)",
      "(?:a|b)",
      "*",
      "+",
      "?",
      "{1,9}",
      "(",
      ")",
      "|",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const pattern = compilePattern(parts.join(""));
        expect(computedMs(() => void pattern?.test(`${"a".repeat(60)}!`))).toBeLessThan(2_000);
      }),
      { numRuns: 500 },
    );
  });
});
