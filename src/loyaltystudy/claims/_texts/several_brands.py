"""Claims of "Vill du bli medlem?": customers of several brands."""

from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import effect, share_above, share_below
from loyaltystudy.claims._statistics import coefficient, never_growing, sole_buyers
from loyaltystudy.claims._worlds import go_together

claim = claims_of("five-tips")

claim(
    "some-never-grow",
    quote="Vissa kunder ökar aldrig",
    english="some customers never grow",
    hypothesis="Some customers never buy more, whatever is spent on them: over 10 %.",
    sv="Vissa kunder köper aldrig mer, vad som än läggs på dem: över 10 %.",
    nb="Noen kunder kjøper aldri mer, uansett hva som brukes på dem: over 10 %.",
    needs=("purchases", "contacts"),
    parts=(part(share_above(0.10), never_growing),),
    limits="Needs a purchase panel with contacts.",
    takes="panel",
)

claim(
    "polygamous",
    quote="polygama",
    english="polygamous",
    hypothesis="Buying several brands is normal: under half of the households with five purchases "
    "or more buy one brand only.",
    sv="Att köpa flera märken är det normala: under hälften av hushållen med minst fem köp köper "
    "bara ett märke.",
    nb="Å kjøpe flere merker er det normale: under halvparten av husholdningene med minst fem "
    "kjøp kjøper bare ett merke.",
    needs=("purchases",),
    parts=(part(share_below(0.50), sole_buyers),),
    limits="Needs a purchase panel.",
    takes="panel",
)

claim(
    "polygamy-has-reasons",
    quote="föredrar variation eller anlitar flera leverantörer för att minska sin risk",
    english="prefer variety, or use several suppliers to reduce their risk",
    hypothesis="The wish for variety, and for less risk, each go with buying more brands.",
    sv="Önskan om variation och önskan om mindre risk hänger var och en ihop med att köpa fler "
    "märken.",
    nb="Ønsket om variasjon og ønsket om mindre risiko henger hver for seg sammen med å kjøpe "
    "flere merker.",
    needs=("brands_bought", "reason_variation", "reason_risk"),
    parts=(
        part(effect(0.10), coefficient, "reason_variation", on="brands_bought"),
        part(effect(0.10), coefficient, "reason_risk", on="brands_bought"),
    ),
    **changed(POINT),
    worlds=go_together("brands_bought", "reason_variation", "reason_risk"),
)
