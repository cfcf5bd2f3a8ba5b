"""What customers will still bring: BG/NBD for how often they buy, Gamma-Gamma for how much.

BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2)): while alive a customer buys at rate λ,
after each purchase they are gone with probability p; λ ~ Gamma(r, α) and p ~ Beta(a, b) over
customers. Gamma-Gamma (Fader & Hardie 2013): a customer's payments scatter around their own mean,
which is spread over customers by p, q, v. Times are in weeks.

The published fit is known to fall short on new times (12 % on CDNOW), so beside it stands a
corrected forecast: the models are fitted on the first part of the known weeks, asked for the rest
of them, and what they missed there moves the forecast and widens it (`Drift`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammaln, hyp2f1
from scipy.stats import t as student

Floats = NDArray[np.float64]
LEAST_CUSTOMERS = 30
LEAST_REPEATERS = 10
LEAST_OF_A_MONTH = 5  # customers that tell what a month of theirs brings
CUTS = (0.4, 0.5, 0.6, 0.7, 0.8)  # shares of the known weeks after which the models are rehearsed
DRAWS = 40
_EXACT = {"ftol": 1e-14, "gtol": 1e-6, "maxiter": 500}
_BOUNDS = (-12.0, 12.0)  # of the parameters' logarithms


@dataclass(frozen=True, kw_only=True)
class Histories:
    """A row for each customer: further purchases, week of the last one, weeks known, mean payment.

    Weeks count from the first purchase. `value` is the mean of further payments, 0 without any.
    """

    count: Floats
    last: Floats
    known: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.count)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Histories:
        """Give some of the customers."""
        return Histories(
            count=self.count[chosen],
            last=self.last[chosen],
            known=self.known[chosen],
            value=self.value[chosen],
        )


@dataclass(frozen=True, kw_only=True)
class Buying:
    """A fitted BG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Paying:
    """A fitted Gamma-Gamma."""

    p: float
    q: float
    v: float
    log_likelihood: float


@dataclass(frozen=True, kw_only=True)
class Purchases:
    """Single purchases: whose (0, 1, …), in which week since the first day, and how much."""

    customer: NDArray[np.int64]
    week: Floats
    amount: Floats


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What the models missed when rehearsed: mean and standard deviation of log(came ÷ said)."""

    mean: float
    sd: float
    rehearsals: int


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """A sum over customers to come: the plain model's, the corrected one, and its interval."""

    plain: float
    middle: float
    low: float
    high: float


def histories(purchases: Purchases, *, until: float) -> Histories:
    """Fold purchases up to week `until` into a row a customer; a day's purchases are one."""
    known = purchases.week <= until + 1e-9
    customer, week = purchases.customer[known], purchases.week[known]
    order = np.lexsort((week, customer))
    customer, week, amount = customer[order], week[order], purchases.amount[known][order]
    new = np.concatenate([[True], (np.diff(customer) != 0) | (np.diff(week) > 1e-9)])
    day = np.cumsum(new) - 1
    customer, week = customer[new], week[new]
    amount = np.asarray(np.bincount(day, weights=amount), dtype=np.float64)
    starts = np.concatenate([[True], np.diff(customer) != 0])
    person = np.cumsum(starts) - 1
    first, last = week[starts], week[np.concatenate([starts[1:], [True]])]
    count = np.bincount(person).astype(np.float64) - 1
    further = np.bincount(person, weights=np.where(starts, 0.0, amount))
    return Histories(
        count=count,
        last=last - first,
        known=until - first,
        value=np.divide(further, count, out=np.zeros_like(further), where=count > 0),
    )


def fit_buying(customers: Histories, *, weights: Floats | None = None) -> Buying:
    """Fit BG/NBD by maximum likelihood."""
    each = np.ones(len(customers)) if weights is None else weights

    def miss(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value = -float(each @ _buying_likelihood(parameters, customers))
        return value, -(_buying_slope(parameters, customers) @ each) * parameters

    found = minimize(
        miss, np.zeros(4), jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 4, options=_EXACT
    )
    r, alpha, a, b = np.exp(found.x)
    return Buying(
        r=float(r), alpha=float(alpha), a=float(a), b=float(b), log_likelihood=-float(found.fun)
    )


def fit_paying(customers: Histories, *, weights: Floats | None = None) -> Paying:
    """Fit Gamma-Gamma on customers who bought again and paid something."""
    paid = (customers.count > 0) & (customers.value > 0)
    count, value = customers.count[paid], customers.value[paid]
    each = np.ones(len(count)) if weights is None else weights[paid]
    scale = float(np.median(value))  # so that cents and yen start alike

    def miss(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        rows = (
            gammaln(p * count + q)
            - gammaln(p * count)
            - gammaln(q)
            + q * np.log(v)
            + (p * count - 1) * np.log(value / scale)
            + p * count * np.log(count)
            - (p * count + q) * np.log(v + count * value / scale)
        )
        return -float(each @ rows)

    found = minimize(miss, np.zeros(3), method="L-BFGS-B", bounds=[_BOUNDS] * 3, options=_EXACT)
    p, q, v = np.exp(found.x)
    likelihood = -float(found.fun) - float(each.sum()) * np.log(scale)
    return Paying(p=float(p), q=float(q), v=float(v) * scale, log_likelihood=float(likelihood))


def alive(buying: Buying, customers: Histories) -> Floats:
    """Tell for each customer the probability that they will ever come back."""
    x = customers.count
    log_odds = np.log(buying.a / (buying.b + np.maximum(x, 1) - 1)) + (buying.r + x) * np.log(
        (buying.alpha + customers.known) / (buying.alpha + customers.last)
    )
    return np.where(x > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700.0))), 1.0)


def expected(buying: Buying, customers: Histories, *, weeks: float) -> Floats:
    """Tell how many purchases each customer will make in the coming weeks."""
    r, alpha, a, b = buying.r, buying.alpha, buying.a, buying.b
    x, known = customers.count, customers.known
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6
    ahead = weeks / (alpha + known)
    # The published form is (1 − z)^(r+x) · 2F1(r+x, b+x; a+b+x−1; z) with z = weeks ÷ (α + known +
    # weeks). By Pfaff's transformation it is this, which stays finite where r and b grow large.
    with np.errstate(all="ignore"):
        kept = hyp2f1(r + x, a - 1, a + b + x - 1, -ahead)
        exact = (a + b + x - 1) / (a - 1) * (1 - kept)
    # In far corners the series fails all the same; there everybody leaves with the mean chance.
    leaves = a / (a + b + x)
    near = -np.expm1(-(r + x) * np.log1p(leaves * ahead)) / leaves
    is_right = np.isfinite(exact) & (exact >= 0) & (exact <= (r + x) * ahead * (1 + 1e-9))
    found = np.where(is_right, exact, near) * alive(buying, customers)
    return np.asarray(np.maximum(found, 0.0), dtype=np.float64)


def mean_payment(paying: Paying, customers: Histories) -> Floats:
    """Tell what each customer pays on average, drawn towards everybody's mean."""
    p, q, v = paying.p, paying.q, paying.v
    x = customers.count * (customers.value > 0)
    q = max(q, 1.0 + 1e-3)
    everybody = v * p / (q - 1)
    own = p * x / (p * x + q - 1)
    return np.asarray((1 - own) * everybody + own * customers.value, dtype=np.float64)


def drift(purchases: Purchases, *, until: float) -> Drift:
    """Rehearse the model inside the known weeks, and tell what it missed."""
    missed = []
    for cut in CUTS:
        now = until * cut
        customers = histories(purchases, until=now)
        if len(customers) < LEAST_CUSTOMERS or (customers.count > 0).sum() < LEAST_REPEATERS:
            continue
        said = float(expected(fit_buying(customers), customers, weeks=until - now).sum())
        after = histories(purchases, until=until)
        came = float(after.count.sum() - customers.count.sum())
        if said > 0 and came > 0:
            missed.append(np.log(came / said))
    if not missed:
        return Drift(mean=0.0, sd=0.5, rehearsals=0)
    # The rehearsals share customers: they count as one opinion, drawn half towards none.
    mean = float(np.mean(missed)) / 2
    sd = float(np.sqrt(np.mean((np.array(missed) - mean) ** 2)))
    return Drift(mean=mean, sd=max(sd, 0.05), rehearsals=len(missed))


def nearby(
    buying: Buying, customers: Histories, *, draws: int = DRAWS, seed: int = 1
) -> list[Buying]:
    """Draw other parameters that the same customers could have come from.

    The likelihood's curvature at its peak gives their spread (Laplace); a weak pull towards the
    fit keeps directions finite that few customers say nothing about.
    """
    peak = np.log([buying.r, buying.alpha, buying.a, buying.b])

    def miss(logs: Floats) -> float:
        return -float(_buying_likelihood(np.exp(logs), customers).sum())

    curvature = _hessian(miss, peak) + np.eye(4) / 4
    values, directions = np.linalg.eigh(curvature)
    wide = directions / np.sqrt(np.maximum(values, 0.25))
    chance = np.random.default_rng(seed)
    found = peak + chance.standard_normal((draws, 4)) @ wide.T
    return [
        Buying(r=float(r), alpha=float(alpha), a=float(a), b=float(b), log_likelihood=float("nan"))
        for r, alpha, a, b in np.exp(np.clip(found, *_BOUNDS))
    ]


def _hessian(function: Callable[[Floats], float], place: Floats, step: float = 1e-3) -> Floats:
    size = len(place)
    found = np.empty((size, size))
    moves = np.eye(size) * step
    for i in range(size):
        for j in range(i, size):
            corners = [
                sign * function(place + one * moves[i] + other * moves[j])
                for one, other, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            found[i, j] = found[j, i] = sum(corners) / (4 * step**2)
    return found


def foretell(
    per_customer: Floats, fits: Sequence[float], moved: Drift, *, share: float, scatter: float = 1.0
) -> Foretold:
    """Put an interval around a sum over customers.

    `fits` are the same sum by other fits, `scatter` the variance of one unit over its mean. The
    three kinds of doubt (which parameters, which luck, which world) add up as variances of
    logarithms; few rehearsals have heavy tails, hence Student's t with four degrees.
    """
    plain = float(per_customer.sum())
    if plain <= 0:
        return Foretold(plain=0.0, middle=0.0, low=0.0, high=0.0)
    of_fit = float(np.std(np.log(np.maximum(fits, 1e-9)))) if len(fits) > 1 else 0.0
    of_luck = scatter / plain
    sd = float(np.sqrt(of_fit**2 + of_luck + moved.sd**2))
    reach = float(student.ppf((1 + share) / 2, df=4)) * sd
    middle = plain * float(np.exp(moved.mean))
    return Foretold(
        plain=plain,
        middle=middle,
        low=middle * float(np.exp(-reach)),
        high=middle * float(np.exp(reach)),
    )


@dataclass(frozen=True, kw_only=True)
class Group:
    """Customers with something in common: what one brought so far, and will in the coming year.

    Amounts are a customer's, in the unit of the purchases; `to_come` is None without a fit.
    """

    label: str
    customers: int
    so_far: float
    again: float
    to_come: Foretold | None


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Those who came in one month, or by one channel: what one had brought by each month after."""

    label: str
    customers: int
    by_month: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class CustomerValue:
    """The whole answer; without fits `missing` says why."""

    customers: int
    buying: Buying | None
    paying: Paying | None
    moved: Drift | None
    everybody: Group | None
    by_product: tuple[Group, ...]
    by_channel: tuple[Group, ...]
    by_cohort: tuple[Group, ...]
    cohorts: tuple[Cohort, ...]
    channels: tuple[Cohort, ...]
    missing: str


@dataclass(frozen=True, kw_only=True)
class Labels:
    """For each customer what the first purchase was: product, month ("2026-03") and channel."""

    product: tuple[str, ...]
    cohort: tuple[str, ...]
    channel: tuple[str, ...]


def customer_value(
    purchases: Purchases, labels: Labels, *, until: float, share: float = 0.8
) -> CustomerValue:
    """Value customers as of week `until`: all together, by first product, channel and cohort.

    Purchases are net of refunds; every customer of `labels` has at least one.
    """
    if not len(purchases.customer):
        return _nobody("Nobody has bought yet.")
    customers = histories(purchases, until=until)
    few = len(customers) < LEAST_CUSTOMERS or (customers.count > 0).sum() < LEAST_REPEATERS
    fitted = None if few else _Fitted(purchases, customers, until=until, share=share)
    spent = np.bincount(purchases.customer, weights=purchases.amount, minlength=len(customers))
    everybody = np.arange(len(customers))

    def group(label: str, chosen: NDArray[np.int64]) -> Group:
        return Group(
            label=label,
            customers=len(chosen),
            so_far=float(spent[chosen].mean()),
            again=float((customers.count[chosen] > 0).mean()),
            to_come=fitted.to_come(chosen) if fitted else None,
        )

    return CustomerValue(
        customers=len(customers),
        buying=fitted.buying if fitted else None,
        paying=fitted.paying if fitted else None,
        moved=fitted.moved if fitted else None,
        everybody=group("Everybody", everybody),
        by_product=_grouped(labels.product, group, by_size=True),
        by_channel=_grouped(labels.channel, group, by_size=True),
        by_cohort=_grouped(labels.cohort, group, by_size=False),
        cohorts=_cohorts(purchases, labels, until=until),
        channels=_channels(purchases, labels, until=until),
        missing=_why(customers) if few else "",
    )


YEAR_WEEKS = 52.0
MONTH_WEEKS = 365.25 / 12 / 7


class _Fitted:
    """The models on a shop's customers, ready to value any of them."""

    def __init__(
        self, purchases: Purchases, customers: Histories, *, until: float, share: float
    ) -> None:
        self.buying, self.paying = fit_buying(customers), fit_paying(customers)
        self.moved = drift(purchases, until=until)
        self.share = share
        payment = mean_payment(self.paying, customers)
        self.one = expected(self.buying, customers, weeks=YEAR_WEEKS) * payment
        self.others = [
            expected(other, customers, weeks=YEAR_WEEKS) * payment
            for other in nearby(self.buying, customers)
        ]
        self.scatter = float((payment**2).mean() / payment.mean())

    def to_come(self, chosen: NDArray[np.int64]) -> Foretold:
        """Foretell what one of these customers brings in a year."""
        whole = foretell(
            self.one[chosen],
            [float(other[chosen].sum()) for other in self.others],
            self.moved,
            share=self.share,
            scatter=self.scatter,
        )
        count = len(chosen)
        return Foretold(
            plain=whole.plain / count,
            middle=whole.middle / count,
            low=whole.low / count,
            high=whole.high / count,
        )


def _grouped(
    labels: Sequence[str],
    group: Callable[[str, NDArray[np.int64]], Group],
    *,
    by_size: bool,
) -> tuple[Group, ...]:
    all_labels = np.array(labels)
    found = [
        group(str(label), np.flatnonzero(all_labels == label)) for label in sorted(set(labels))
    ]
    return tuple(sorted(found, key=lambda one: -one.customers) if by_size else found)


def _cohorts(purchases: Purchases, labels: Labels, *, until: float) -> tuple[Cohort, ...]:
    first = np.full(len(labels.cohort), np.inf)
    np.minimum.at(first, purchases.customer, purchases.week)
    age = ((purchases.week - first[purchases.customer]) / MONTH_WEEKS).astype(int)
    cohort = np.array(labels.cohort)
    found = []
    for label in sorted(set(labels.cohort)):
        members = np.flatnonzero(cohort == label)
        theirs = np.isin(purchases.customer, members)
        # Only months that even the youngest of them has lived through are comparable.
        whole = int((until - first[members].max()) / MONTH_WEEKS) + 1
        spent = np.bincount(age[theirs], weights=purchases.amount[theirs], minlength=max(whole, 1))[
            : max(whole, 1)
        ]
        by_month = tuple((np.cumsum(spent) / len(members)).tolist())
        found.append(Cohort(label=label, customers=len(members), by_month=by_month))
    return tuple(found)


def _channels(purchases: Purchases, labels: Labels, *, until: float) -> tuple[Cohort, ...]:
    """Add up, month by month, what those brought who have lived through that month.

    People come by a channel all the time, so each further month knows fewer of them; where it knows
    less than `LEAST_OF_A_MONTH` it is not told. The first month knows all, as far as it went.
    """
    first = np.full(len(labels.channel), np.inf)
    np.minimum.at(first, purchases.customer, purchases.week)
    age = ((purchases.week - first[purchases.customer]) / MONTH_WEEKS).astype(int)
    lived = ((until - first) / MONTH_WEEKS).astype(int)  # whole months
    channel = np.array(labels.channel)
    found = []
    for label in sorted(set(labels.channel)):
        members = channel == label
        by_month: list[float] = []
        for month in range(max(int(lived[members].max()), 1)):
            known = members & (lived > month) if month else members
            if month and known.sum() < LEAST_OF_A_MONTH:
                break
            theirs = known[purchases.customer] & (age == month)
            spent = float(purchases.amount[theirs].sum()) / int(known.sum())
            by_month.append(spent + (by_month[-1] if by_month else 0.0))
        found.append(Cohort(label=label, customers=int(members.sum()), by_month=tuple(by_month)))
    return tuple(sorted(found, key=lambda one: -one.customers))


def _why(customers: Histories) -> str:
    again = int((customers.count > 0).sum())
    return (
        f"{len(customers)} customers, {again} of whom bought again: what they will bring can be "
        f"told from {LEAST_CUSTOMERS} customers and {LEAST_REPEATERS} who bought again."
    )


def _nobody(why: str) -> CustomerValue:
    return CustomerValue(
        customers=0, buying=None, paying=None, moved=None, everybody=None,
        by_product=(), by_channel=(), by_cohort=(), cohorts=(), channels=(), missing=why,
    )  # fmt: skip


def _buying_likelihood(parameters: Floats, customers: Histories) -> Floats:
    """Give each customer's log-likelihood."""
    r, alpha, a, b = parameters
    x = customers.count
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    still, gone = _still_and_gone(parameters, customers)
    return np.asarray(common + np.logaddexp(still, gone), dtype=np.float64)


def _still_and_gone(parameters: Floats, customers: Histories) -> tuple[Floats, Floats]:
    """Weigh, as logarithms, that a customer is still there and that they left after the last."""
    r, alpha, a, b = parameters
    x = customers.count
    still = -(r + x) * np.log(alpha + customers.known)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + customers.last)
    return still, np.where(x > 0, left, -np.inf)


def _buying_slope(parameters: Floats, customers: Histories) -> Floats:
    """Differentiate each customer's log-likelihood; a row for each parameter."""
    r, alpha, a, b = parameters
    x, last, known = customers.count, customers.last, customers.known
    still, gone = _still_and_gone(parameters, customers)
    left = np.exp(gone - np.logaddexp(still, gone))
    here = 1 - left
    by_r = (
        digamma(r + x)
        - digamma(r)
        + np.log(alpha)
        - here * np.log(alpha + known)
        - left * np.log(alpha + last)
    )
    by_alpha = r / alpha - (r + x) * (here / (alpha + known) + left / (alpha + last))
    by_a = digamma(a + b) - digamma(a + b + x) + left / a
    by_b = (
        digamma(b + x)
        - digamma(a + b + x)
        - digamma(b)
        + digamma(a + b)
        - left / (b + np.maximum(x, 1) - 1)
    )
    return np.array([by_r, by_alpha, by_a, by_b])
