// What Node.js has and the engine does not, said in JavaScript. It runs when
// a runtime is made, so it is short.
(() => {
	const add = (to, members) => {
		for (const name of Object.keys(members)) {
			if (!Object.prototype.hasOwnProperty.call(to, name)) {
				Object.defineProperty(to, name, { value: members[name], writable: true, configurable: true, enumerable: false });
			}
		}
	};
	add(Object, {
		groupBy: (items, key) => {
			const groups = Object.create(null);
			let i = 0;
			for (const item of items) {
				(groups[key(item, i++)] ??= []).push(item);
			}
			return groups;
		},
	});
	add(Error, { captureStackTrace: () => undefined });
	Object.defineProperty(Number.prototype, "toLocaleString", {
		value: function (locale, options = {}) {
			const n = Number(this);
			if (!isFinite(n)) {
				return isNaN(n) ? "NaN" : n < 0 ? "-∞" : "∞";
			}
			const least = options.minimumFractionDigits ?? 0;
			const most = Math.max(options.maximumFractionDigits ?? 3, least);
			let [whole, fraction = ""] = Math.abs(n).toFixed(most).split(".");
			while (fraction.length > least && fraction.endsWith("0")) {
				fraction = fraction.slice(0, -1);
			}
			if (options.useGrouping !== false) {
				whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
			}
			return (n < 0 ? "-" : "") + whole + (fraction ? "." + fraction : "");
		},
		writable: true, configurable: true, enumerable: false,
	});
})();
