/** Settings over HTTP: what is wrong is said by what was expected, and changes nothing. */
import { expect, test } from "vitest";
import type { Problem } from "../../../src/node/http/api.ts";
import { by, createDeskDouble, createStaffDouble, createTestParts, ownHost, post } from "./desk-double.ts";

async function send(body: object) {
  const asked: unknown[] = [];
  const staff = createStaffDouble();
  const { app } = createTestParts(
    createDeskDouble({
      staff: {
        ...staff,
        changeSettings: (settings, user) => {
          asked.push([settings, user]);
          return staff.changeSettings(settings, user);
        },
      },
    }),
  );
  const response = await app.request(`${ownHost}/api/settings`, post({ ...body, by }));
  return { status: response.status, body: (await response.json()) as Problem, asked };
}

test.each([
  [{ ilsName: "" }, "ilsName: expected a line of 1 to 40 characters."],
  [{ ilsName: "a\nb" }, "ilsName: expected a line of 1 to 40 characters."],
  [{ ilsProfile: "Koha" }, "ilsProfile: expected one of evergreen, koha, alma, sierra, csv, jsonl."],
  [{ sound: "on" }, "sound: expected true or false."],
  [{ privacyMinutes: 0 }, "privacyMinutes: expected a whole number of minutes from 1 to 60."],
  [{ contacts: [{ who: "IT" }] }, "contacts: expected a list of at most 10 contacts"],
  [{ contacts: [{ who: "IT", reach: "1", fax: "2" }] }, "contacts: expected a list of at most 10 contacts"],
  [{ retentionDays: 401 }, "retentionDays: expected a whole number of days from 0 to 400"],
  [{ ilsNmae: "Koha" }, "ilsNmae is not a known field. Did you mean ilsName?"],
  [{}, "at least one of openDesks"],
])("%j is refused", async (body, text) => {
  const { status, body: problem, asked } = await send(body);
  expect(status).toBe(422);
  expect(problem.errors?.map((error) => error.text).join(" ")).toContain(text);
  expect(asked).toEqual([]);
});

test("what is right reaches the desk without the PIN", async () => {
  const { status, asked } = await send({ returnsTo: "shelf", sound: false });
  expect(status).toBe(200);
  expect(asked).toEqual([[{ returnsTo: "shelf", sound: false }, "mk"]]);
});
