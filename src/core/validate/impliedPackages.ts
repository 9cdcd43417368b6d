/** A package that a library loads by itself when it is used in some way: no import of the notebook names it. */
interface Implied {
  /** Import name of the library. */
  readonly library: string;
  /** What the source says where it is used that way; absent if every use of the library needs the package. */
  readonly use?: RegExp;
  /** Import names of what it loads. */
  readonly loads: readonly string[];
}

/** A library comes before those that it loads itself: what pandas loads is asked for once scikit-learn has brought pandas. */
const IMPLIED: readonly Implied[] = [
  { library: "keras", loads: ["tensorflow"] },
  { library: "sklearn", use: /\bas_frame\s*=\s*True|\bfetch_openml\s*\(/, loads: ["pandas"] },
  { library: "sklearn", use: /\b(transform|transform_output)\s*=\s*["']pandas["']/, loads: ["pandas"] },
  { library: "sklearn", use: /\b(transform|transform_output)\s*=\s*["']polars["']/, loads: ["polars"] },
  { library: "sklearn", use: /\bplot_tree\s*\(|\b\w+Display\b/, loads: ["matplotlib"] },
  { library: "sklearn", use: /\bload_sample_images?\s*\(/, loads: ["PIL"] },
  { library: "xgboost", use: /\bXGB\w*(Classifier|Regressor|Ranker)\b/, loads: ["sklearn"] },
  { library: "lightgbm", use: /\bLGBM(Classifier|Regressor|Ranker)\b/, loads: ["sklearn"] },
  { library: "xgboost", use: /\bplot_importance\s*\(/, loads: ["matplotlib"] },
  { library: "lightgbm", use: /\bplot_(importance|metric|split_value_histogram)\s*\(/, loads: ["matplotlib"] },
  { library: "xgboost", use: /\b(plot_tree|to_graphviz)\s*\(/, loads: ["graphviz", "matplotlib"] },
  { library: "lightgbm", use: /\b(plot_tree|create_tree_digraph)\s*\(/, loads: ["graphviz", "matplotlib"] },
  { library: "polars", use: /\.(to|from)_pandas\s*\(/, loads: ["pandas", "pyarrow"] },
  { library: "polars", use: /\.read_excel\s*\(/, loads: ["fastexcel"] },
  { library: "polars", use: /\.write_excel\s*\(/, loads: ["xlsxwriter"] },
  { library: "polars", use: /\.plot\b/, loads: ["altair"] },
  { library: "dask", use: /\bdask\.dataframe\b/, loads: ["pandas", "pyarrow"] },
  { library: "networkx", use: /\.draw(_\w+)?\s*\(/, loads: ["matplotlib"] },
  { library: "networkx", use: /\bpagerank\s*\(|_(numpy|scipy_sparse)_array\s*\(/, loads: ["numpy", "scipy"] },
  { library: "networkx", use: /_pandas_\w+\s*\(/, loads: ["pandas"] },
  { library: "plotly", use: /\bexpress\b/, loads: ["numpy"] },
  { library: "plotly", use: /\.data\.\w+\s*\(/, loads: ["pandas"] },
  { library: "plotly", use: /\btrendline\s*=/, loads: ["statsmodels"] },
  { library: "plotly", use: /\.(write|to)_image\s*\(/, loads: ["kaleido"] },
  { library: "seaborn", use: /\bclustermap\s*\(/, loads: ["scipy"] },
  { library: "seaborn", use: /\b(logistic|lowess|robust)\s*=\s*True/, loads: ["statsmodels"] },
  { library: "statsmodels", use: /\bplot\w*\s*\(|\bqqplot\w*\s*\(/, loads: ["matplotlib"] },
  { library: "shap", use: /\bplots?\b|_plot\s*\(/, loads: ["matplotlib"] },
  { library: "optuna", use: /\bvisualization\b/, loads: ["plotly"] },
  { library: "xarray", use: /\b(open_(mf)?dataset|to_netcdf)\s*\(/, loads: ["netCDF4"] },
  { library: "xarray", use: /\.plot\b/, loads: ["matplotlib"] },
  { library: "geopandas", use: /\.plot\b/, loads: ["matplotlib"] },
  { library: "geopandas", use: /\.explore\s*\(/, loads: ["folium", "matplotlib", "mapclassify"] },
  { library: "tqdm", use: /\btqdm\.notebook\b|\btqdm_notebook\b/, loads: ["ipywidgets"] },
  { library: "pandas", use: /\.(read|to)_excel\s*\(|\bExcel(File|Writer)\s*\(/, loads: ["openpyxl"] },
  { library: "pandas", use: /\.xls["'?]/, loads: ["xlrd"] },
  { library: "pandas", use: /\.xlsb["'?]/, loads: ["pyxlsb"] },
  { library: "pandas", use: /\.od[fst]["'?]/, loads: ["odf"] },
  { library: "pandas", use: /\bengine\s*=\s*["']xlsxwriter["']/, loads: ["xlsxwriter"] },
  { library: "pandas", use: /\bengine\s*=\s*["']calamine["']/, loads: ["python_calamine"] },
  { library: "pandas", use: /\bengine\s*=\s*["']numba["']/, loads: ["numba"] },
  { library: "pandas", use: /\bengine\s*=\s*["']fastparquet["']/, loads: ["fastparquet"] },
  { library: "pandas", use: /\.(read|to)_(parquet|feather|orc)\s*\(|["'[]pyarrow["'\]]/, loads: ["pyarrow"] },
  { library: "pandas", use: /\.(read|to)_hdf\s*\(|\bHDFStore\s*\(/, loads: ["tables"] },
  { library: "pandas", use: /\.read_sql(_\w+)?\s*\(|\.to_sql\s*\(/, loads: ["sqlalchemy"] },
  { library: "pandas", use: /\.read_html\s*\(/, loads: ["lxml", "html5lib", "bs4"] },
  { library: "pandas", use: /\.(read|to)_xml\s*\(/, loads: ["lxml"] },
  { library: "pandas", use: /\.read_spss\s*\(/, loads: ["pyreadstat"] },
  { library: "pandas", use: /\.to_xarray\s*\(/, loads: ["xarray"] },
  { library: "pandas", use: /\.to_markdown\s*\(/, loads: ["tabulate"] },
  { library: "pandas", use: /\.style\b|\.to_latex\s*\(/, loads: ["jinja2"] },
  { library: "pandas", use: /\.(plot|hist|boxplot|background_gradient|text_gradient)\b/, loads: ["matplotlib"] },
  { library: "pandas", use: /\bpandas\.plotting\b|\.plotting\./, loads: ["matplotlib"] },
  { library: "pandas", use: /\.plot\.(kde|density)\b|\bkind\s*=\s*["'](kde|density)["']/, loads: ["scipy"] },
  { library: "pandas", use: /\bmethod\s*=\s*["'](kendall|spearman)["']/, loads: ["scipy"] },
  {
    library: "pandas",
    use: /\.interpolate\s*\([^)]*["'](nearest|zero|slinear|quadratic|cubic|spline|polynomial|barycentric|krogh|piecewise_polynomial|pchip|akima|cubicspline|from_derivatives)["']/,
    loads: ["scipy"],
  },
  { library: "pandas", use: /\.zst["']/, loads: ["zstandard"] },
  { library: "tqdm", use: /\btqdm\.notebook\b|\btqdm_notebook\b/, loads: ["ipywidgets"] },
];

/** A package that is needed without being imported, and whose doing that is. Both are import names. */
export interface ImpliedPackage {
  readonly name: string;
  readonly library: string;
}

/** What the imported libraries will load by themselves, going by what the source does with them. */
export function impliedPackages(imports: readonly string[], source: string): readonly ImpliedPackage[] {
  const found = new Map<string, string>();
  for (const { library, use, loads } of IMPLIED) {
    const isThere = imports.includes(library) || found.has(library);
    if (!isThere || use?.test(source) === false) continue;
    for (const name of loads) if (!imports.includes(name) && !found.has(name)) found.set(name, library);
  }
  return Array.from(found, ([name, library]) => ({ name, library }));
}
