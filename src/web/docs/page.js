// Shows openapi.json: operations by tag, with parameters, bodies, answers, roles, and the table of problems.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const PLACES = { path: "地址", query: "查询串", header: "请求头" };

/** Makes an element; texts are set as text, so nothing of the document is ever taken for markup. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

function table(headings, rows) {
  const line = (kind, cells) => element("tr", {}, cells.map((it) => element(kind, {}, it)));
  return element("table", {}, element("thead", {}, line("th", headings)), element("tbody", {}, rows.map((it) => line("td", it))));
}

function nameOf(reference) {
  return reference.split("/").pop();
}

/** A type in words; a schema of its own becomes a link. */
function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return element("a", { href: "#schema-" + nameOf(schema.$ref) }, nameOf(schema.$ref));
  if (schema.oneOf || schema.anyOf || schema.allOf) {
    const parts = (schema.oneOf || schema.anyOf || schema.allOf).filter((it) => it.type !== "null");
    return element("span", {}, parts.map((it, at) => [at ? " + " : "", typeOf(it)]).flat());
  }
  const types = [].concat(schema.type || "object").filter((it) => it !== "null");
  if (types[0] === "array") return element("span", {}, typeOf(schema.items), " 的列表");
  return types.join("|") + (schema.format ? "（" + schema.format + "）" : "");
}

function bodyOf(content) {
  return Object.entries(content || {}).map(([type, it]) => element("div", {}, element("code", {}, type), " ", typeOf(it.schema)));
}

function parameters(list) {
  const rows = list.map((it) => [
    element("code", {}, it.name), PLACES[it.in] || it.in, it.required ? "是" : "", typeOf(it.schema), it.description || "",
  ]);
  return [element("h4", {}, "参数"), table(["名称", "位置", "必填", "类型", "说明"], rows)];
}

function rolesOf(operation, names) {
  const roles = (operation.security || []).flatMap((it) => it.key || []);
  return roles.length ? "需要密钥，角色：" + roles.map((it) => names[it] || it).join("、") : "公开，无需密钥";
}

function operationView(method, address, operation, names) {
  const answers = Object.entries(operation.responses || {}).map(([status, it]) => [
    status === "default" ? "其他" : status, it.description || "", element("div", {}, bodyOf(it.content)),
  ]);
  const body = operation.requestBody;
  return element("section", { id: idOf(method, address) },
    element("h3", {}, operation.summary || operation.operationId),
    element("p", {}, element("span", { class: "method " + method }, method.toUpperCase()), " ", element("span", { class: "address" }, address)),
    element("p", { class: "roles" }, rolesOf(operation, names)),
    operation.description ? element("p", {}, operation.description) : null,
    operation.parameters && operation.parameters.length ? parameters(operation.parameters) : null,
    body ? [element("h4", {}, "请求体"), element("div", {}, bodyOf(body.content))] : null,
    element("h4", {}, "应答"), table(["状态", "说明", "内容"], answers));
}

function idOf(method, address) {
  return method + address.replace(/[^a-z0-9]+/gi, "-");
}

/** The properties of a schema, those of the parts it is put together from included. */
function propertiesOf(schema) {
  const parts = (schema.allOf || []).map((it) => (it.$ref ? { [nameOf(it.$ref)]: it } : propertiesOf(it)));
  return Object.assign({}, ...parts, schema.properties);
}

function schemaView(name, schema) {
  const required = schema.required || [];
  const rows = Object.entries(propertiesOf(schema)).map(([key, it]) => [
    element("code", {}, key), typeOf(it), required.includes(key) ? "总有" : "可空", it.description || "",
  ]);
  return element("section", { id: "schema-" + name },
    element("h3", {}, element("code", {}, name)),
    schema.description ? element("p", {}, schema.description) : null,
    rows.length ? table(["项", "类型", "", "说明"], rows) : null);
}

function problems(list) {
  const rows = list.map((it) => [element("code", {}, it.code), String(it.status), it.title]);
  return element("section", { id: "problems" }, element("h3", {}, "问题代码"), table(["code", "状态", "含义"], rows));
}

function show(api) {
  const names = Object.fromEntries((api["x-roles"] || []).map((it) => [it.role, it.name]));
  const main = element("div", {}, element("p", {}, api.info.description));
  const contents = element("div", {});
  const tags = new Map();
  for (const [address, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((it) => item[it])) {
      const tag = (item[method].tags || ["其他"])[0];
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push([method, address, item[method]]);
    }
  }
  for (const [tag, list] of tags) {
    contents.append(element("h2", {}, tag));
    main.append(element("h2", {}, tag));
    for (const [method, address, operation] of list) {
      contents.append(element("a", { href: "#" + idOf(method, address) }, operation.summary || address));
      main.append(operationView(method, address, operation, names));
    }
  }
  contents.append(element("h2", {}, "附录"), element("a", { href: "#problems" }, "问题代码"));
  main.append(element("h2", {}, "附录"), problems(api["x-problems"] || []));
  for (const [name, schema] of Object.entries((api.components || {}).schemas || {})) {
    contents.append(element("a", { href: "#schema-" + name }, name));
    main.append(schemaView(name, schema));
  }
  document.getElementById("contents").replaceChildren(contents);
  document.getElementById("main").replaceChildren(main);
}

fetch("openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
  .then(show)
  .catch((error) => {
    document.getElementById("main").replaceChildren(element("p", {}, "接口描述无法读取：" + error.message));
  });
